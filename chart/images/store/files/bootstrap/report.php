<?php
// What the bootstrap says: one line a step on standard output, and the outcome as the pod's termination message.
// Whatever ends the process without an outcome (a wp_die, a fatal error, a stop) is reported as a failure too.

final class Report
{
	private static string $step = 'start';
	private static bool $finished = false;

	public static function begin(): void
	{
		// WordPress ends in die() with status 0 when it cannot go on; this notices.
		register_shutdown_function(function () {
			if (! self::$finished) {
				$error = error_get_last();
				self::fail($error['message'] ?? 'it stopped without saying why');
			}
		});
		set_exception_handler(fn (Throwable $problem) => self::fail($problem->getMessage()));
		// As process 1 it would otherwise ignore the stop until it is killed.
		pcntl_async_signals(true);
		pcntl_signal(SIGTERM, fn () => self::fail('it was told to stop'));
	}

	/** Runs one step and says how long it took. */
	public static function step(string $name, callable $do): mixed
	{
		self::$step = $name;
		$begun = hrtime(true);
		$result = $do();
		printf("bootstrap: %s ok %.2f s\n", $name, (hrtime(true) - $begun) / 1e9);
		return $result;
	}

	public static function finish(array $outcome): never
	{
		self::$finished = true;
		self::leave(json_encode($outcome, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR));
		exit(0);
	}

	public static function fail(string $reason): never
	{
		self::$finished = true;
		$reason = trim(preg_replace('/\s+/', ' ', strip_tags($reason)));
		$line = 'bootstrap: ' . self::$step . " FAILED: $reason";
		echo "$line\n";
		self::leave(substr($line, 0, 2000));
		exit(1);
	}

	/** Kubernetes reads this file when the container ends. Outside Kubernetes it is not there, and the log says it all. */
	private static function leave(string $message): void
	{
		if (is_writable('/dev/termination-log')) {
			file_put_contents('/dev/termination-log', $message);
		} else {
			echo "bootstrap: outcome $message\n";
		}
	}
}
