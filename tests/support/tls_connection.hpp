#pragma once

#include "tests/support/raw_http.hpp"

#include <memory>
#include <string>
#include <vector>

struct ssl_st;

namespace standings::test {

/// What a client of TLS wants.
struct tls_wishes {
  std::string ca_file{};                          ///< PEM; empty: any certificate is accepted
  int highest_version = 0;                        ///< such as TLS1_1_VERSION; 0: the latest
  std::vector<std::string> protocols{"http/1.1"}; ///< for ALPN
};

/// A raw connection over TLS.
class tls_connection : public raw_connection {
public:
  /// Shakes hands; `is_open` says whether that succeeded.
  explicit tls_connection(std::uint16_t port, const tls_wishes& wishes = {});
  ~tls_connection() override;

  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] std::string version() const;
  [[nodiscard]] std::string protocol() const;

  /// The serial number of the server's certificate.
  [[nodiscard]] long serial() const;

  /// Whether the server has said that nothing more comes, rather than cut the connection.
  [[nodiscard]] bool was_told_goodbye() const;

  bool send(std::string_view bytes) const override;

protected:
  std::ptrdiff_t receive(std::span<char> to) override;

private:
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> session_;
  bool open_ = false;
};

} // namespace standings::test
