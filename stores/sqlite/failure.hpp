#pragma once

#include "core/base/result.hpp"

#include <SQLiteCpp/Exception.h>

#include <string>

namespace standings {

/// Why a SQLite file cannot be used: carries the explanation through code that handles the driver's
/// exceptions.
class sqlite_refusal : public SQLite::Exception {
public:
  sqlite_refusal(int code, standings::failure why)
      : SQLite::Exception(explain(why), code), why_(std::move(why)) {}
  [[nodiscard]] const standings::failure& why() const { return why_; }

private:
  standings::failure why_;
};

/// The driver's error code with its message, and what to do about it.
std::string sqlite_cause(const SQLite::Exception& e);

/// Why the file at `path` could not be opened; also inspects the file system.
failure explain_opening(const std::string& path, const SQLite::Exception& e);

/// What would prevent creating or writing the file at `path`; empty if nothing does. Changes
/// nothing.
std::string obstacle_to_sqlite(const std::string& path);

} // namespace standings
