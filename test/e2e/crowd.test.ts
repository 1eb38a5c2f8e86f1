import { describeCrowd } from "../support/crowd.ts";

describeCrowd({ drops: 40, sounds: 16, hogWaits: 50, seeks: 100, scrubs: 25 });
