<?php
// Startup and liveness: Apache runs PHP. It does not ask the database: restarting the web server would not help it.
header('Content-Type: text/plain');
echo "alive\n";
