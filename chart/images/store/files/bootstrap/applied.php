<?php
// Which inputs have been carried out already. The bootstrap runs again after a retry or an upgrade, and must not
// undo what the owner has changed since: an input is carried out when it differs from the last time, and only then.

final class Applied
{
	private const OPTION = 'urumi_applied';

	/** Runs $do unless it was already run for exactly this input. Only a hash of the input is kept. */
	public static function once(string $name, mixed $input, callable $do): void
	{
		$mark = hash('sha256', json_encode($input, JSON_THROW_ON_ERROR));
		$marks = get_option(self::OPTION, []);
		if (($marks[$name] ?? null) === $mark) {
			return;
		}
		$do();
		update_option(self::OPTION, [$name => $mark] + $marks, false);
	}

	/** Lets these be carried out again: the prepared database in the image belongs to no store. */
	public static function forget(string ...$names): void
	{
		update_option(self::OPTION, array_diff_key(get_option(self::OPTION, []), array_flip($names)), false);
	}
}
