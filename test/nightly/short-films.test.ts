import { describeShortFilms } from "../support/short-films.ts";

// With segments of a second: lengths around one and two of them.
describeShortFilms({ 25: [1, 2, 3, 4, 26, 27, 28, 39], 1: [1, 2, 3, 4, 5], 3: [2, 3, 5, 7, 8] });
