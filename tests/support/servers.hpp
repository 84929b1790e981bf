#pragma once

#include "tests/support/free_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace standings::test {

/// The URL of a database of this process's own in the private PostgreSQL that scripts/servers.sh
/// has started for the tests; empty if there is none.
std::string test_postgres_url();

/// A private schema in that database, dropped when the object is destroyed. Everything that
/// connects through `url` uses it.
class postgres_schema {
public:
  postgres_schema();
  postgres_schema(const postgres_schema&) = delete;
  postgres_schema& operator=(const postgres_schema&) = delete;
  ~postgres_schema();

  [[nodiscard]] const std::string& url() const { return url_; }

  /// Use this for `database.schema`, too: the schemas of other tests have tables of the same names.
  [[nodiscard]] const std::string& name() const { return name_; }

private:
  std::string name_;
  std::string url_;
};

/// A private Redis on a free port of this machine, without persistence unless requested. Can be
/// killed, stopped and started again.
class redis_server {
public:
  explicit redis_server(std::vector<std::string> options = {});

  /// Starts it again on the same port after `kill`.
  void start();
  void kill();
  void signal(int number) const { process_->signal(number); }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string dir() const { return dir_.path().string(); }

private:
  const temp_dir dir_;
  const std::vector<std::string> options_;
  std::uint16_t port_;
  std::unique_ptr<process> process_;
};

/// A private PostgreSQL cluster, for tests that kill it. Needs TEST_POSTGRES_BIN; created with
/// initdb, which takes a second or two.
class postgres_server {
public:
  postgres_server();
  ~postgres_server();

  void start();
  void kill(); ///< SIGKILL to all its processes, as in a crash
  [[nodiscard]] const std::string& url() const { return url_; }

private:
  const temp_dir dir_;
  std::uint16_t port_;
  std::string url_;
  std::unique_ptr<process> process_;
};

} // namespace standings::test
