import { judgeBadCompanions } from "../fixtures/judge-bad-companions.ts";

judgeBadCompanions(() => true);
