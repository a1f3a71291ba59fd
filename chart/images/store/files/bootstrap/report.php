<?php
// What the bootstrap says: one line a step in the log, and the outcome: the pod's termination message, or the answer to the platform's request.
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
		if (! self::answers_request()) {
			// As process 1 it would otherwise ignore the stop until it is killed.
			pcntl_async_signals(true);
			pcntl_signal(SIGTERM, fn () => self::fail('it was told to stop'));
		}
	}

	/** Runs one step and says how long it took. */
	public static function step(string $name, callable $do): mixed
	{
		self::$step = $name;
		$begun = hrtime(true);
		$result = $do();
		self::took($name, $begun);
		return $result;
	}

	/** Says how long something took that began then, in nanoseconds of hrtime. */
	public static function took(string $name, int $begun): void
	{
		self::say(sprintf('bootstrap: %s ok %.2f s', $name, (hrtime(true) - $begun) / 1e9));
	}

	public static function finish(array $outcome): never
	{
		self::leave(json_encode($outcome, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR), 200);
		exit(0);
	}

	/** `status` is that of the answer: 503 for what may pass by itself. */
	public static function fail(string $reason, int $status = 500): never
	{
		$reason = trim(preg_replace('/\s+/', ' ', strip_tags($reason)));
		$line = 'bootstrap: ' . self::$step . " FAILED: $reason";
		self::say($line);
		$line = substr($line, 0, 2000);
		self::leave(self::answers_request() ? json_encode(['error' => $line], JSON_INVALID_UTF8_SUBSTITUTE) : $line, $status);
		exit(1);
	}

	private static function say(string $line): void
	{
		// Not standard output: that is the answer, where a request is answered. Both are the pod's log.
		file_put_contents(self::answers_request() ? 'php://stderr' : 'php://stdout', "$line\n");
	}

	/** Kubernetes reads this file when the container ends. Outside Kubernetes it is not there, and the log says it all. */
	private static function leave(string $message, int $status): void
	{
		self::$finished = true;
		if (self::answers_request()) {
			while (ob_get_level() > 0) {
				ob_end_clean(); // what plugins print is no part of the answer
			}
			http_response_code($status);
			header('Content-Type: application/json');
			echo $message;
			ob_start(fn () => ''); // nor what they print when all is over
		} elseif (is_writable('/dev/termination-log')) {
			file_put_contents('/dev/termination-log', $message);
		} else {
			self::say("bootstrap: outcome $message");
		}
	}

	private static function answers_request(): bool
	{
		return PHP_SAPI !== 'cli';
	}
}
