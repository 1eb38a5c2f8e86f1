CREATE INDEX `media_files_file_address` ON `media_files` (substr(`fingerprint`, -64, 52), `mtime_ms`);
