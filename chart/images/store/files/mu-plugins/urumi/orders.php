<?php
// The order check's orders: read back, and removed with every trace.

defined('ABSPATH') || exit;

function urumi_find_order(int $id): WC_Order|WP_Error
{
	$order = function_exists('wc_get_order') ? wc_get_order($id) : false;
	return $order instanceof WC_Order
		? $order
		: new WP_Error('urumi_no_such_order', "There is no order $id.", ['status' => 404]);
}

function urumi_read_order(int $id): array|WP_Error
{
	$order = urumi_find_order($id);
	if (is_wp_error($order)) {
		return $order;
	}
	return [
		'id' => $order->get_id(),
		'status' => $order->get_status(),
		'total' => $order->get_total(),
		'currency' => $order->get_currency(),
		'payment_method' => $order->get_payment_method(),
		'billing_email' => $order->get_billing_email(),
	];
}

function urumi_delete_order(int $id): array|WP_Error
{
	$order = urumi_find_order($id);
	if (is_wp_error($order)) {
		return $order;
	}
	if ($order->get_billing_email() !== URUMI_CHECK_EMAIL) {
		return new WP_Error('urumi_not_a_check', 'Only orders of the order check can be removed here.', ['status' => 403]);
	}
	return urumi_remove_check($order) ?? ['deleted' => true, 'gone' => ! urumi_is_order($id)];
}

/** Whether the database holds the order, whatever is remembered of it. */
function urumi_is_order(int $id): bool
{
	global $wpdb;
	// In WooCommerce's own tables, or among the posts where an owner has gone back to those.
	return (bool) $wpdb->get_var($wpdb->prepare(
		"SELECT EXISTS (SELECT 1 FROM {$wpdb->prefix}wc_orders WHERE id = %d)
		     OR EXISTS (SELECT 1 FROM $wpdb->posts WHERE ID = %d AND post_type LIKE 'shop_order%%')",
		$id, $id
	));
}

/** Removes what order checks left that did not come to their end: orders, in whatever state they are, and products. */
function urumi_delete_leftovers(): array|WP_Error
{
	$orders = function_exists('wc_get_orders') ? wc_get_orders([
		'billing_email' => URUMI_CHECK_EMAIL,
		'type' => 'shop_order',
		'status' => [...array_keys(wc_get_order_statuses()), 'checkout-draft', 'draft', 'auto-draft', 'trash'],
		'limit' => -1,
	]) : [];
	foreach ($orders as $order) {
		$error = urumi_remove_check($order);
		if ($error !== null) {
			return $error;
		}
	}
	return ['deleted' => count($orders), 'products' => urumi_delete_products()['deleted']];
}

/** Removes an order of the order check for good, with the traces it left: stock, sales count, statistics. */
function urumi_remove_check(WC_Order $order): ?WP_Error
{
	global $wpdb;
	$id = $order->get_id();
	wc_increase_stock_levels($order);
	// The count of sales goes down by WooCommerce's own hook on this.
	if (! $order->delete(true)) {
		return new WP_Error('urumi_not_deleted', "WooCommerce did not delete order $id.", ['status' => 500]);
	}
	// Its notes stay behind, where orders have tables of their own.
	$wpdb->delete($wpdb->comments, ['comment_post_ID' => $id, 'comment_type' => 'order_note']);
	$wpdb->delete($wpdb->prefix . 'wc_customer_lookup', ['email' => URUMI_CHECK_EMAIL]);
	// Statistics of the order are computed later, by a task that would find no order.
	as_unschedule_all_actions('wc-admin_import_orders', [$id]);
	return null;
}
