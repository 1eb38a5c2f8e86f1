import { describeCrowd } from "../support/crowd.ts";

describeCrowd({ drops: 80, sounds: 30, hogWaits: 100 });
