#pragma once

#include <pqxx/pqxx>

#include <string>

namespace standings::test {

/// Another program's transaction, open for as long as the object lives.
class held_transaction {
public:
  held_transaction(const std::string& url, const std::string& statement)
      : connection_(url), tx_(connection_) {
    tx_.exec("BEGIN; " + statement);
  }
  ~held_transaction() { tx_.exec("ROLLBACK"); }
  held_transaction(const held_transaction&) = delete;
  held_transaction& operator=(const held_transaction&) = delete;

private:
  pqxx::connection connection_;
  pqxx::nontransaction tx_;
};

} // namespace standings::test
