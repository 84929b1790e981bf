#pragma once

#include "tests/support/temp_dir.hpp"

#include <chrono>
#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace standings::test {

/// The files of a certificate, in PEM.
struct certificate_files {
  std::string certificate;
  std::string key;
};

/// What a certificate is for, and when.
struct certificate_request {
  std::string names = "DNS:localhost,IP:127.0.0.1";
  std::chrono::hours begins{-24}; ///< from now
  std::chrono::hours ends{24};    ///< from now
};

/// A certificate authority of its own. Its files live as long as it does.
class certificate_authority {
public:
  certificate_authority();
  certificate_authority(const certificate_authority&) = delete;
  certificate_authority& operator=(const certificate_authority&) = delete;
  ~certificate_authority();

  /// Its own certificate, in PEM.
  [[nodiscard]] std::string file() const { return dir_ / "ca.crt"; }

  /// Issues a certificate with a new key. `name` is that of its files.
  certificate_files issue(const std::string& name, const certificate_request& with = {}) const;

private:
  const temp_dir dir_;
  std::unique_ptr<evp_pkey_st, void (*)(evp_pkey_st*)> key_;
  std::unique_ptr<x509_st, void (*)(x509_st*)> certificate_;
};

} // namespace standings::test
