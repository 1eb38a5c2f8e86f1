import { judgeEveryTile } from "../rendition/tiles/right-pictures.ts";

judgeEveryTile(() => true);
