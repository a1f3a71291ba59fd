// The order check of the platform, for stores that were installed without it: the same requests in the same order.

import { request } from "node:http";

const PLACE = {
  first_name: "Order",
  last_name: "Check",
  address_1: "1 Check Street",
  city: "Berlin",
  postcode: "10115",
  country: "DE",
  state: "",
  phone: "",
};

/** Buys the product, reads the order back and removes it. `address` is the web server's, `url` the shop's own. */
export async function buy(address, url, token, product) {
  const { host, protocol } = new URL(url);
  const ask = (method, path, wanted, headers = {}, body) =>
    new Promise((resolve, reject) => {
      const proto = protocol.slice(0, -1);
      const all = {
        host,
        "x-forwarded-host": host,
        "x-forwarded-proto": proto,
        "content-type": "application/json",
        ...headers,
      };
      const asked = request({ host: address, port: 8080, method, path, headers: all }, (answer) => {
        let text = "";
        answer
          .setEncoding("utf8")
          .on("data", (more) => (text += more))
          .once("error", reject);
        answer.once("end", () => {
          if (answer.statusCode !== wanted)
            reject(new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`));
          else resolve({ headers: answer.headers, body: JSON.parse(text) });
        });
      });
      asked.once("error", reject).end(body && JSON.stringify(body));
    });
  const mine = { "x-urumi-token": token };
  await ask("DELETE", "/wp-json/urumi/v1/orders", 200, mine);
  const cart = await ask("GET", "/wp-json/wc/store/v1/cart", 200);
  const carted = { "cart-token": cart.headers["cart-token"] };
  await ask("POST", "/wp-json/wc/store/v1/cart/add-item", 201, carted, {
    id: product,
    quantity: 1,
  });
  const purchase = {
    billing_address: { ...PLACE, email: "order-check@urumi.invalid" },
    shipping_address: PLACE,
    payment_method: "cod",
  };
  const { body: placed } = await ask("POST", "/wp-json/wc/store/v1/checkout", 200, carted, purchase);
  const order = `/wp-json/urumi/v1/orders/${placed.order_id}`;
  const { body: read } = await ask("GET", order, 200, mine);
  if (read.status !== placed.status || read.payment_method !== "cod")
    throw new Error(`order ${placed.order_id} reads ${JSON.stringify(read)}`);
  await ask("DELETE", order, 200, mine);
  await ask("GET", order, 404, mine);
}
