import { describeCrowd } from "../support/crowd.ts";

describeCrowd({ drops: 1000, sounds: 200, hogWaits: 400, seeks: 1000, scrubs: 50 });
