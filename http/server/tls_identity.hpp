#pragma once

#include "core/base/result.hpp"

#include <memory>
#include <mutex>
#include <string>

struct ssl_ctx_st;

namespace standings {

/// The files of a server's certificate, with its chain, and of its key; in PEM.
struct tls_files {
  std::string certificate;
  std::string key;
};

/// What the server shows to its TLS clients, and how it speaks with them: TLS 1.2 or later, and
/// HTTP/1.1. Thread-safe.
class tls_identity {
public:
  /// Fails with `out_of_range`; the detail names the option and the file, and quotes nothing of it.
  [[nodiscard]] static result<std::shared_ptr<tls_identity>> load(const tls_files& from);

  /// Reads the files again, for the connections to come. A failure changes nothing.
  [[nodiscard]] result<void> reload(const tls_files& from);

  /// For one connection, which keeps it until it ends.
  [[nodiscard]] std::shared_ptr<ssl_ctx_st> current() const;

private:
  tls_identity() = default;

  mutable std::mutex mutex_;
  std::shared_ptr<ssl_ctx_st> current_;
};

} // namespace standings
