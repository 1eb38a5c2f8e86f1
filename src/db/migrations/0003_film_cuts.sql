CREATE TABLE `film_cuts` (
	`fingerprint` text NOT NULL,
	`key` text NOT NULL,
	`version` integer NOT NULL,
	`payload` blob NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`fingerprint`, `key`)
);
