<?php
// Some copies of WooCommerce went through a file system that does not tell upper from lower case, and hold a file
// under an older spelling of its name. PHP's autoloader does tell, so such a file is renamed to what it asks for.

$plugin = $argv[1];
foreach (require "$plugin/vendor/composer/jetpack_autoload_classmap.php" as $class) {
	$wanted = $class['path'];
	if (file_exists($wanted) || ! is_dir(dirname($wanted))) {
		continue; // Tests and build tools are listed too, and are not part of a release.
	}
	foreach (scandir(dirname($wanted)) as $name) {
		if (strcasecmp($name, basename($wanted)) === 0) {
			rename(dirname($wanted) . "/$name", $wanted);
			echo "names: $name is now " . basename($wanted) . "\n";
		}
	}
}
