<?php
// Takes from the prepared shop what made it somebody's: nobody can sign in, and the next bootstrap makes it
// the next store's.

require '/opt/urumi/bootstrap/input.php';
require '/opt/urumi/bootstrap/applied.php';

pretend_request(input('STORE_URL'));
require '/opt/urumi/wordpress/wp-load.php';

Applied::forget('name', 'owner', 'password', 'shop id');
delete_option('urumi_installed');
// No password has this hash.
$wpdb->update($wpdb->users, ['user_pass' => '!', 'user_activation_key' => '', 'user_url' => ''], ['ID' => 1]);
delete_user_meta(1, 'session_tokens');
// Options whose defaults were filled with the owner's name and address; WooCommerce fills them anew when asked.
foreach (['woocommerce_pos_store_name', 'woocommerce_pos_store_email', 'woocommerce_paypal_settings'] as $urumi_option) {
	delete_option($urumi_option);
}
// What was computed for the golden address.
$wpdb->query("DELETE FROM $wpdb->options WHERE option_name LIKE '\\_transient%' OR option_name LIKE '\\_site\\_transient%'");
