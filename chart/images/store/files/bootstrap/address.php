<?php
// Where the shop is: told to the database before WordPress is loaded, which reads it first of all.

/** Brings the shop to this address, and whoever comes to the host `alias` there too; an empty one is none. */
function set_address(mysqli $link, string $url, string $alias): void
{
	$before = address_of_store($link);
	if ($before === '') {
		throw new RuntimeException('the database does not say where the shop is (the option "home")');
	}
	if ($before !== $url) {
		$link->begin_transaction();
		foreach (ADDRESSES as [$table, $column]) {
			// Only where it ends: https://shop.co is not in https://shop.com, nor the port 3000 in 30001.
			$link->execute_query(
				"UPDATE $table SET $column = REGEXP_REPLACE($column, ?, ?) WHERE INSTR($column, ?)",
				[preg_quote($before) . '(?![A-Za-z0-9:-]|\\.[A-Za-z0-9])', $url, $before]
			);
		}
		// A menu's own links; everything else there may be packed.
		$link->execute_query(
			"UPDATE wp_postmeta SET meta_value = CONCAT(?, SUBSTR(meta_value, ?)) WHERE meta_key = '_menu_item_url' AND INSTR(meta_value, ?) = 1",
			[$url, strlen($before) + 1, "$before/"]
		);
		$link->execute_query("UPDATE wp_options SET option_value = ? WHERE option_name IN ('siteurl', 'home')", [$url]);
		$link->commit();
	}
	// Options of our own, which nobody writes over with what was somewhere else once.
	$link->execute_query(
		"INSERT INTO wp_options (option_name, option_value, autoload) VALUES ('urumi_address', ?, 'on'), ('urumi_alias', ?, 'on')
		 ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)",
		[$url, $alias]
	);
}

/**
 * Tables and columns in which WordPress and WooCommerce keep whole addresses as plain text: pages, products, and what describes a category.
 * What plugins pack together stays as it is, since a length that is no longer true would break it.
 */
const ADDRESSES = [
	['wp_posts', 'guid'],
	['wp_posts', 'post_content'],
	['wp_posts', 'post_excerpt'],
	['wp_term_taxonomy', 'description'],
];
