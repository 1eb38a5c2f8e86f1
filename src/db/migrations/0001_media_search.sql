CREATE VIRTUAL TABLE `media_search` USING fts5(`search_text`, content='media_files', content_rowid='number', tokenize='trigram');
--> statement-breakpoint
CREATE TRIGGER `media_search_insert` AFTER INSERT ON `media_files` BEGIN
	INSERT INTO `media_search` (`rowid`, `search_text`) VALUES (new.`number`, new.`search_text`);
END;
--> statement-breakpoint
CREATE TRIGGER `media_search_delete` AFTER DELETE ON `media_files` BEGIN
	INSERT INTO `media_search` (`media_search`, `rowid`, `search_text`) VALUES ('delete', old.`number`, old.`search_text`);
END;
--> statement-breakpoint
CREATE TRIGGER `media_search_update` AFTER UPDATE OF `search_text` ON `media_files` WHEN old.`search_text` <> new.`search_text` BEGIN
	INSERT INTO `media_search` (`media_search`, `rowid`, `search_text`) VALUES ('delete', old.`number`, old.`search_text`);
	INSERT INTO `media_search` (`rowid`, `search_text`) VALUES (new.`number`, new.`search_text`);
END;
