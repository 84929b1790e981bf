#pragma once

#include "core/base/result.hpp"

#include <string>

namespace standings {

/// A lock on a file, which ends with this object or its process. Not thread-safe.
class file_lock {
public:
  explicit file_lock(std::string path) : path_(std::move(path)) {}
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;
  ~file_lock() { release(); }

  /// Takes the lock if no other holder has it; returns whether it is ours now. Fails with
  /// `store_unavailable` if the file cannot be opened.
  [[nodiscard]] result<bool> try_acquire();
  void release();

private:
  const std::string path_;
  int descriptor_ = -1;
};

} // namespace standings
