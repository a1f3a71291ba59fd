<?php
// The database, asked without WordPress: it may not be there yet, and then WordPress would only die.

const DATABASE_DEADLINE_SECONDS = 120;
const DATABASE_PORT = 3306;

/** Waits until the database answers. Refused and unknown host mean "not yet"; a wrong password is wrong for ever. */
function wait_for_database(int $seconds = DATABASE_DEADLINE_SECONDS): mysqli
{
	mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
	$deadline = hrtime(true) + $seconds * 1e9;
	// The first packet to a Service is lost for good while the node is just learning where it leads, and so is every repetition of it; a new
	// connection is not. So the first one is given up early, and each further one later, should the network be that slow.
	$patience = 0.25;
	while (true) {
		try {
			$asked = hrtime(true);
			$trouble = trouble_at(input('DATABASE_HOST'), $patience);
			if ($trouble !== '') {
				$was_lost = hrtime(true) - $asked >= $patience * 1e9;
				$patience = $was_lost ? min(2 * $patience, 2) : $patience;
				throw new mysqli_sql_exception($trouble);
			}
			$link = mysqli_init();
			$link->options(MYSQLI_OPT_CONNECT_TIMEOUT, 2);
			// Silenced: a refused connection is also a PHP warning, and it is what is waited for.
			@$link->real_connect(input('DATABASE_HOST'), 'wordpress', input('DATABASE_PASSWORD'), 'wordpress');
			$link->set_charset('utf8mb4');
			return $link;
		} catch (mysqli_sql_exception $problem) {
			$denied = in_array($problem->getCode(), [1044, 1045, 1049], true);
			if ($denied || hrtime(true) > $deadline) {
				throw new RuntimeException('the database does not let us in: ' . $problem->getMessage());
			}
			usleep(20_000);
		}
	}
}

/** Why nobody takes a connection at the database's port within so many seconds, of which mysqli can only be told whole ones; or nothing. */
function trouble_at(string $host, float $seconds): string
{
	if ($host === 'localhost') {
		return ''; // a socket to mysqli, which answers or refuses at once
	}
	$socket = @stream_socket_client("tcp://$host:" . DATABASE_PORT, $number, $reason, $seconds);
	if ($socket === false) {
		return $reason !== '' ? $reason : "$host is not known";
	}
	fclose($socket);
	return '';
}

/** Whether WordPress's own installation has finished (bootstrap/wordpress.php writes this last). */
function is_wordpress_installed(mysqli $link): bool
{
	return has_option($link, 'urumi_wordpress');
}

/** Whether the whole bootstrap has finished. */
function is_store_installed(mysqli $link): bool
{
	return has_option($link, 'urumi_installed');
}

/** Where the shop is. */
function address_of_store(mysqli $link): string
{
	return (string) $link->query("SELECT option_value FROM wp_options WHERE option_name = 'home'")->fetch_column();
}

function has_option(mysqli $link, string $name): bool
{
	try {
		return $link->query("SELECT 1 FROM wp_options WHERE option_name = '$name'")->num_rows > 0;
	} catch (mysqli_sql_exception $problem) {
		if ($problem->getCode() === 1146) { // no such table
			return false;
		}
		throw $problem;
	}
}
