#include "http/client/webhook.hpp"

#include "core/base/hex.hpp"

#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdint>
#include <utility>

namespace standings {

namespace {

/// Splits a URL into `scheme://host:port` and the rest.
std::pair<std::string, std::string> split(const std::string& url) {
  const auto host = url.find("://");
  const auto path = host == std::string::npos ? std::string::npos : url.find('/', host + 3);
  if (path == std::string::npos)
    return {url, "/"};
  return {url.substr(0, path), url.substr(path)};
}

/// The limit for the receiver's response body.
constexpr std::size_t longest_answer = 64 * 1024;

/// Returns the status of the response, even if reading its body fails; 0 if there is none.
int status_of(httplib::Client& client, httplib::Request call, std::chrono::milliseconds timeout) {
  const auto until = std::chrono::steady_clock::now() + 2 * timeout;
  int status = 0;
  std::uint64_t taken = 0;
  call.response_handler = [&](const httplib::Response& head) {
    status = head.status;
    return true;
  };
  call.content_receiver = [&](const char*, std::size_t size, std::uint64_t, std::uint64_t) {
    taken += size;
    return taken <= longest_answer && std::chrono::steady_clock::now() < until;
  };
  const auto answer = client.send(call);
  return answer ? answer->status : status;
}

} // namespace

std::string webhook_signature(const std::string& secret, const std::string& body) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &size);
  std::string out = "sha256=";
  for (unsigned int i = 0; i < size; ++i)
    append_hex(out, digest[i]);
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
  headers.emplace("Content-Type", "application/json");
  httplib::Request call;
  call.method = "POST";
  call.path = path;
  call.headers = std::move(headers);
  call.body = body;
  const int status = status_of(client, std::move(call), to.timeout);
  if (status == 0)
    return fail(errc::store_unavailable, "the webhook does not answer");
  if (status < 200 || status > 299)
    return fail(errc::store_unavailable, "the webhook answers " + std::to_string(status));
  return {};
}

} // namespace standings
