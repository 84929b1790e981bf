#pragma once

#include "core/base/result.hpp"

#include <openssl/types.h>

#include <memory>
#include <string>

namespace standings {

/// The one certificate that a server has to show. Who shows it proves to hold its key, so names,
/// dates and authorities play no part.
class pinned_certificate {
public:
  /// The first certificate of a PEM file. Fails with `malformed` and what is wrong with the file.
  [[nodiscard]] static result<std::unique_ptr<pinned_certificate>> read(const std::string& file);

  pinned_certificate(const pinned_certificate&) = delete;
  pinned_certificate& operator=(const pinned_certificate&) = delete;

  /// Has handshakes fail unless the server shows it. Has to outlive them.
  void demand(SSL_CTX& in);

  /// Whether a server has shown another one.
  [[nodiscard]] bool was_refused() const { return was_refused_; }

private:
  explicit pinned_certificate(X509* owned);

  static int compare(X509_STORE_CTX* shown, void* pinned);

  const std::unique_ptr<X509, void (*)(X509*)> certificate_;
  bool was_refused_ = false;
};

} // namespace standings
