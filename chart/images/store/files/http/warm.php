<?php
// Loads what a shop's first pages need from the image's compiled scripts into shared memory, while the database starts. Asked by bin/web, once;
// Apache lets in nobody from outside.

foreach (file('/opt/urumi/golden/scripts', FILE_IGNORE_NEW_LINES) ?: [] as $script) {
	opcache_compile_file($script);
}
echo "warm\n";
