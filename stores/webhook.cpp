#include "stores/webhook.hpp"

#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace standings {

namespace {

/// `scheme://host:port` and the rest.
std::pair<std::string, std::string> split(const std::string& url) {
  const auto host = url.find("://");
  const auto path = host == std::string::npos ? std::string::npos : url.find('/', host + 3);
  if (path == std::string::npos)
    return {url, "/"};
  return {url.substr(0, path), url.substr(path)};
}

} // namespace

std::string webhook_signature(const std::string& secret, const std::string& body) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &size);
  constexpr auto digits = "0123456789abcdef";
  std::string out = "sha256=";
  for (unsigned int i = 0; i < size; ++i) {
    out += digits[digest[i] >> 4];
    out += digits[digest[i] & 15];
  }
  return out;
}

result<void> post_webhook(const webhook_options& to, const std::string& body) {
  const auto [host, path] = split(to.url);
  httplib::Client client{host};
  if (!client.is_valid())
    return fail(errc::out_of_range, "the address of the webhook is not valid");
  client.set_connection_timeout(to.timeout);
  client.set_read_timeout(to.timeout);
  client.set_write_timeout(to.timeout);
  httplib::Headers headers;
  if (!to.secret.empty())
    headers.emplace("X-Standings-Signature", webhook_signature(to.secret, body));
  const auto answer = client.Post(path.c_str(), headers, body, "application/json");
  if (!answer)
    return fail(errc::store_unavailable, "the webhook does not answer");
  if (answer->status < 200 || answer->status > 299)
    return fail(errc::store_unavailable, "the webhook answers " + std::to_string(answer->status));
  return {};
}

} // namespace standings
