// Tries to open a TCP connection to each argument (host:port) at once, and prints what became of each: a line of reached,
// refused or silent. Run by `php -r` inside of a store.
$deadline = microtime(true) + 2.0;
$open = $told = [];
foreach (array_slice($argv, 1) as $number => $target) {
    $flags = STREAM_CLIENT_CONNECT | STREAM_CLIENT_ASYNC_CONNECT;
    $socket = @stream_socket_client("tcp://$target", $code, $why, 2, $flags);
    if ($socket === false) {
        $told[$number] = 'refused';
    } else {
        $open[$number] = $socket;
        $told[$number] = 'silent';
    }
}
while ($open && ($left = $deadline - microtime(true)) > 0) {
    [$read, $write, $except] = [null, $open, null];
    if (! stream_select($read, $write, $except, 0, (int) ($left * 1e6))) {
        continue;
    }
    foreach (array_keys($write) as $number) {
        // Only a connection that stands has somebody at its other end.
        $told[$number] = stream_socket_get_name($open[$number], true) === false ? 'refused' : 'reached';
        unset($open[$number]);
    }
}
ksort($told);
echo implode("\n", $told), "\n";
