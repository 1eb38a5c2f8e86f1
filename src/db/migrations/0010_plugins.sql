CREATE TABLE `plugins` (
	`id` text PRIMARY KEY NOT NULL,
	`is_enabled` integer NOT NULL
);
