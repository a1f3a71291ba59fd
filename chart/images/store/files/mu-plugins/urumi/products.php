<?php
// What the order check buys once a shop is its owner's: a product that no visitor is shown, there as long as the check runs.

defined('ABSPATH') || exit;

const URUMI_CHECK_SKU = 'urumi-check';

function urumi_make_product(): array|WP_Error
{
	if (! function_exists('WC')) {
		return new WP_Error('urumi_no_shop', 'There is no shop.', ['status' => 404]);
	}
	urumi_delete_products();
	$product = new WC_Product_Simple();
	$product->set_name('Order check');
	$product->set_sku(URUMI_CHECK_SKU);
	$product->set_regular_price('1.00');
	$product->set_catalog_visibility('hidden');
	$product->set_virtual(true);
	return ['id' => $product->save()];
}

/** Removes it for good; one that a check left which did not come to its end too. */
function urumi_delete_products(): array
{
	$id = function_exists('wc_get_product_id_by_sku') ? wc_get_product_id_by_sku(URUMI_CHECK_SKU) : 0;
	$product = $id ? wc_get_product($id) : null;
	return ['deleted' => $product && $product->delete(true) ? 1 : 0];
}
