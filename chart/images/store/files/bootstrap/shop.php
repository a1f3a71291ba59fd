<?php
// The shop: WooCommerce as a new owner would set it up for selling at once. WooCommerce has installed itself
// (tables, pages, roles) on this process's `init`, because WordPress was loaded with it for the first time.

use Automattic\WooCommerce\Utilities\OrderUtil;

function set_up_woocommerce(): void
{
	if (version_compare((string) get_option('woocommerce_version'), WC()->version, '<')) {
		throw new RuntimeException('WooCommerce has not installed itself');
	}
	// Where WooCommerce's installation notes them.
	$missing = get_option('woocommerce_schema_missing_tables', []);
	if ($missing !== []) {
		throw new RuntimeException('WooCommerce lacks tables: ' . implode(', ', $missing));
	}
	// What the owner's first visit to wp-admin would do for a new shop, the order storage among it.
	WC_Install::newly_installed();

	// Orders live in WooCommerce's own tables (HPOS): the default of a normal install and the faster one. The old
	// storage is not kept in step, because nothing in a new shop reads it.
	if (! OrderUtil::custom_orders_table_usage_is_enabled()) {
		throw new RuntimeException('WooCommerce keeps orders in the old storage');
	}
	if (WC_Install::needs_db_update()) {
		// A newer image: the tasks that WooCommerce has queued to bring its tables up to date.
		ActionScheduler_QueueRunner::instance()->run('urumi bootstrap');
	}
}

function set_up_selling(): void
{
	Applied::once('country', [input('COUNTRY'), input('CURRENCY')], function () {
		update_option('woocommerce_default_country', input('COUNTRY'));
		update_option('woocommerce_currency', input('CURRENCY'));
	});
	Applied::once('selling', 1, function () {
		foreach ([
			// New shops say "coming soon" to visitors unless this says no.
			'woocommerce_coming_soon' => 'no',
			'woocommerce_allow_tracking' => 'no',
			// Pictures of users come from a foreign server, which every visitor's browser would have to ask.
			'show_avatars' => '0',
			'woocommerce_show_marketplace_suggestions' => 'no',
			'woocommerce_enable_guest_checkout' => 'yes',
			'woocommerce_enable_checkout_login_reminder' => 'yes',
			'woocommerce_calc_taxes' => 'no',
			// The set-up wizard and its task list are done: this is what they would have set up.
			'woocommerce_onboarding_profile' => ['skipped' => true, 'completed' => true],
			'woocommerce_task_list_hidden_lists' => ['setup', 'extended'],
			'woocommerce_task_list_complete' => 'yes',
		] as $option => $value) {
			update_option($option, $value);
		}
		delete_transient('_wc_activation_redirect');
		update_option('woocommerce_cod_settings', ['enabled' => 'yes'] + (array) get_option('woocommerce_cod_settings', []));
		deliver_everywhere();
	});
	Applied::once('front page', 1, function () {
		update_option('show_on_front', 'page');
		update_option('page_on_front', wc_get_page_id('shop'));
		foreach (['hello-world', 'sample-page'] as $slug) {
			$post = get_page_by_path($slug, OBJECT, ['post', 'page']);
			if ($post) {
				wp_delete_post($post->ID, true);
			}
		}
	});
}

/** Free delivery to wherever no zone says otherwise, so that the owner's first real product can be bought as well. */
function deliver_everywhere(): void
{
	$rest_of_the_world = new WC_Shipping_Zone(0);
	if ($rest_of_the_world->get_shipping_methods() === []) {
		$rest_of_the_world->add_shipping_method('free_shipping');
	}
}

/** Each installation has an id of its own, and a file name that nobody can guess; the prepared database must not give the same ones to all. */
function renew_shop_id(): void
{
	Applied::once('shop id', input('STORE_ID'), function () {
		update_option('woocommerce_store_id', wp_generate_uuid4());
		$maxmind = 'woocommerce_maxmind_geolocation_settings';
		update_option($maxmind, ['database_prefix' => wp_generate_password(32, false)] + (array) get_option($maxmind, []));
		update_option('woocommerce_admin_install_timestamp', time());
	});
}
