<?php
// What the bootstrap is told: by the environment of its pod, or by the platform's request. A missing word is an error, never a default.

function input(string $name): string
{
	$value = Told::$words[strtolower($name)] ?? getenv("URUMI_$name");
	if ($value === false || $value === '') {
		throw new RuntimeException("it was not told its $name (URUMI_$name)");
	}
	return (string) $value;
}

/** The same for what may be nothing. */
function optional_input(string $name): string
{
	return (string) (Told::$words[strtolower($name)] ?? (getenv("URUMI_$name") ?: ''));
}

/** What a request told; its words are the lower case names of inputs. */
final class Told
{
	public static array $words = [];
}

/** Command line programs have no request; WordPress wants one when it builds addresses. */
function pretend_request(string $url): void
{
	$parts = parse_url($url);
	$_SERVER['HTTP_HOST'] = $parts['host'] . (isset($parts['port']) ? ":{$parts['port']}" : '');
	$_SERVER['SERVER_NAME'] = $parts['host'];
	$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
	$_SERVER['REQUEST_METHOD'] = 'GET';
	$_SERVER['REQUEST_URI'] = '/';
	$_SERVER['REMOTE_ADDR'] = '127.0.0.1';
	$_SERVER['HTTP_USER_AGENT'] = 'urumi-bootstrap';
	if (($parts['scheme'] ?? '') === 'https') {
		$_SERVER['HTTP_X_FORWARDED_PROTO'] = 'https';
	}
}
