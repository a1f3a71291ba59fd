<?php
/**
 * Plugin Name: Urumi
 * Description: What the platform adds to a store. It is part of the image and cannot be switched off from wp-admin.
 */

defined('ABSPATH') || exit;

require __DIR__ . '/urumi/prime.php';
require __DIR__ . '/urumi/address.php';
require __DIR__ . '/urumi/alias.php';
require __DIR__ . '/urumi/outgoing.php';
require __DIR__ . '/urumi/mail.php';
require __DIR__ . '/urumi/core.php';
require __DIR__ . '/urumi/quiet.php';
require __DIR__ . '/urumi/orders.php';
require __DIR__ . '/urumi/products.php';
require __DIR__ . '/urumi/sign-in.php';
