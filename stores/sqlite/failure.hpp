#pragma once

#include "core/base/result.hpp"

#include <SQLiteCpp/Exception.h>

#include <string>

namespace standings {

/// Why a SQLite file cannot be used: carries the explanation through code that throws
/// what the driver throws.
class sqlite_refusal : public SQLite::Exception {
public:
  sqlite_refusal(int code, standings::failure why)
      : SQLite::Exception(explain(why), code), why_(std::move(why)) {}
  [[nodiscard]] const standings::failure& why() const { return why_; }

private:
  standings::failure why_;
};

/// The driver's result with its message, and what to do about it.
std::string sqlite_cause(const SQLite::Exception& e);

/// Why the file at `path` could not be opened, looked for in the file system, too.
failure explain_opening(const std::string& path, const SQLite::Exception& e);

/// What stands against creating or writing the file at `path`; empty where nothing
/// does. Changes nothing.
std::string obstacle_to_sqlite(const std::string& path);

} // namespace standings
