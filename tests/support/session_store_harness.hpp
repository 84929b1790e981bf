#pragma once

#include "stores/postgres/session_store.hpp"
#include "stores/sqlite/session_store.hpp"
#include "tests/support/postgres_store_harness.hpp"
#include "tests/support/sqlite_store_harness.hpp"

#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace standings::test {

/// One empty database of some backend. All functions throw on failure.
class session_store_harness {
public:
  session_store_harness() = default;
  session_store_harness(const session_store_harness&) = delete;
  session_store_harness& operator=(const session_store_harness&) = delete;
  virtual ~session_store_harness() = default;

  /// A new connection. Thread-safe.
  [[nodiscard]] virtual session_store_factory opener() = 0;

  /// Whether the tables are suitable; changes nothing.
  virtual result<void> check() = 0;

  /// Runs SQL that both backends understand, behind the store's back.
  virtual void exec(const std::string& sql) = 0;

  /// The name of a bookkeeping table.
  [[nodiscard]] virtual std::string own(const std::string& table) { return table; }

  /// A time as an expression of the database.
  [[nodiscard]] virtual std::string time(const std::string& iso) = 0;

  /// The type of an id that the database generates.
  [[nodiscard]] virtual std::string identity() = 0;

  /// Makes the database refuse every message with this content.
  virtual void poison(const std::string& content) = 0;

  /// Makes the database refuse every group with this name.
  virtual void refuse_group(const std::string& name) = 0;

  std::unique_ptr<session_store> open() {
    auto opened = opener()();
    return std::move(opened.value());
  }
};

class sqlite_session_harness final : public session_store_harness {
public:
  [[nodiscard]] session_store_factory opener() override {
    return [options = base_.options()] {
      return open_sqlite_session_store(options);
    };
  }
  result<void> check() override { return check_sqlite_session_store(base_.options()); }
  void exec(const std::string& sql) override { base_.raw()->exec(sql); }
  [[nodiscard]] std::string time(const std::string& iso) override {
    return std::to_string(to_micros(parse_iso8601(iso).value()));
  }
  [[nodiscard]] std::string identity() override { return "INTEGER PRIMARY KEY"; }
  void poison(const std::string& content) override {
    exec("CREATE TRIGGER refused BEFORE INSERT ON messages WHEN NEW.content = '" + content
         + "' BEGIN SELECT RAISE(ABORT, 'refused'); END");
  }
  void refuse_group(const std::string& name) override {
    exec("CREATE TRIGGER refused_group BEFORE INSERT ON \"groups\" WHEN NEW.name = '" + name
         + "' BEGIN SELECT RAISE(ABORT, 'refused'); END");
  }

private:
  sqlite_store_harness base_;
};

class postgres_session_harness final : public session_store_harness {
public:
  [[nodiscard]] session_store_factory opener() override {
    return [options = base_.options()] {
      return open_postgres_session_store(options);
    };
  }
  result<void> check() override { return check_postgres_session_store(base_.options()); }
  void exec(const std::string& sql) override { base_.exec(sql); }
  [[nodiscard]] std::string time(const std::string& iso) override {
    return "timestamptz '" + iso + "'";
  }
  [[nodiscard]] std::string identity() override { return "bigserial PRIMARY KEY"; }
  void poison(const std::string& content) override {
    exec("ALTER TABLE messages ADD CONSTRAINT refused CHECK (content <> '" + content
         + "') NOT VALID");
  }
  void refuse_group(const std::string& name) override {
    exec("ALTER TABLE groups ADD CONSTRAINT refused CHECK (name <> '" + name + "') NOT VALID");
  }

private:
  postgres_store_harness base_;
};

/// A backend that the contract suite runs over.
struct session_store_backend {
  std::string name;
  std::function<std::unique_ptr<session_store_harness>()> make;

  friend std::ostream& operator<<(std::ostream& out, const session_store_backend& b) {
    return out << b.name;
  }
};

/// Every backend of session_store.
inline std::vector<session_store_backend> session_store_backends() {
  return {{"sqlite",
           [] {
             return std::make_unique<sqlite_session_harness>();
           }},
          {"postgres", [] {
             return std::make_unique<postgres_session_harness>();
           }}};
}

/// Runs `suite` over every backend.
#define STANDINGS_OVER_SESSION_STORES(suite)                                                       \
  INSTANTIATE_TEST_SUITE_P(Stores, suite, testing::ValuesIn(test::session_store_backends()),       \
                           [](const auto& with) { return with.param.name; })

} // namespace standings::test
