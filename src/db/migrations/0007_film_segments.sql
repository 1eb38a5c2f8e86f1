CREATE TABLE `film_segments` (
	`fingerprint` text NOT NULL,
	`season` text NOT NULL,
	`version` integer NOT NULL,
	`segments` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`fingerprint`, `season`)
);
