<?php
// The demo product: something to buy at once, without an address for parcels. The order check buys it too.

const DEMO_SKU = 'urumi-demo';

/** Makes or removes it as the store's values say. One that the owner has deleted is not made again. */
function set_up_product(bool $wanted): void
{
	Applied::once('demo product', $wanted, function () use ($wanted) {
		$id = wc_get_product_id_by_sku(DEMO_SKU);
		if ($wanted && ! $id) {
			make_product();
		}
		if (! $wanted && $id) {
			wp_delete_attachment((int) get_post_thumbnail_id($id), true);
			wc_get_product($id)->delete(true);
		}
	});
}

function make_product(): void
{
	$product = new WC_Product_Simple();
	$product->set_name('Demo gift card');
	$product->set_sku(DEMO_SKU);
	$product->set_regular_price('25.00');
	$product->set_short_description('A gift card for trying out this shop: put it in the cart and pay with cash on delivery.');
	$product->set_description('This product shows that the shop works. Replace it with your own when you are ready.');
	$product->set_virtual(true);
	$product->set_manage_stock(true);
	$product->set_stock_quantity(100);
	$product->set_image_id(make_picture());
	$product->save();
}

/** Draws the product's picture and adds it to the media library. The file has a fixed name: it is in the image too. */
function make_picture(): int
{
	require_once ABSPATH . 'wp-admin/includes/image.php';
	$path = wp_get_upload_dir()['basedir'] . '/demo-gift-card.png';
	draw_gift_card($path);
	$id = wp_insert_attachment([
		'post_title' => 'Demo gift card',
		'post_mime_type' => 'image/png',
		'post_status' => 'inherit',
	], $path, 0, true);
	if (is_wp_error($id)) {
		throw new RuntimeException('the picture of the product: ' . $id->get_error_message());
	}
	update_post_meta($id, '_wp_attachment_image_alt', 'A gift card with a ribbon');
	wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $path));
	return $id;
}

function draw_gift_card(string $path): void
{
	$size = 800;
	$image = imagecreatetruecolor($size, $size);
	$paint = fn (int $rgb) => imagecolorallocate($image, $rgb >> 16, $rgb >> 8 & 255, $rgb & 255);
	imagefill($image, 0, 0, $paint(0xF4EFE6));
	imagefilledrectangle($image, 96, 236, 712, 592, $paint(0xDDD3C2)); // shadow
	for ($y = 220; $y <= 576; $y++) { // the card, darker towards its foot
		$shade = ($y - 220) / 356;
		imageline($image, 84, $y, 700, $y, imagecolorallocate($image, (int) (24 - 8 * $shade), (int) (96 - 34 * $shade), (int) (102 - 30 * $shade)));
	}
	$ribbon = $paint(0xE8A33D);
	imagefilledrectangle($image, 220, 220, 268, 576, $ribbon);
	imagefilledrectangle($image, 84, 330, 700, 372, $ribbon);
	foreach ([184, 304] as $x) { // the loops of the bow
		imagefilledellipse($image, $x, 292, 124, 96, $ribbon);
		imagefilledellipse($image, $x, 292, 78, 52, $paint(0x155A60));
	}
	imagefilledellipse($image, 244, 351, 76, 70, $paint(0xC9822A));
	foreach ([440, 490] as $row => $y) {
		imagefilledrectangle($image, 420, $y, $row ? 580 : 640, $y + 16, $paint(0x9CC7C4));
	}
	if (! imagepng($image, $path)) {
		throw new RuntimeException("the picture of the product cannot be written to $path");
	}
}
