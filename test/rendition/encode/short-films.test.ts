import { describeShortFilms } from "../../support/short-films.ts";

// With segments of a second: less than one, one and the fewest more, of each rate; test/nightly has more.
describeShortFilms({ 25: [1, 2, 26, 28], 1: [1, 3], 3: [2, 3, 7] });
