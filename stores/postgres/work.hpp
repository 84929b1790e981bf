#pragma once

#include "stores/postgres/link.hpp"
#include "stores/postgres/statement.hpp"

#include <pqxx/pqxx>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace standings {

/// The statements of one connection, by name. They are prepared, which saves planning them each
/// time; behind a pooler, which may give each transaction another server, their text is sent
/// instead.
class postgres_statements {
public:
  postgres_statements(postgres_link& link, bool pooled) : link_(link), pooled_(pooled) {}

  void prepare(const std::string& name, const std::string& text) {
    texts_[name] = text;
    if (!pooled_)
      link_.with_each([name, text](pqxx::connection& each) { each.prepare(name, text); });
  }

  [[nodiscard]] bool pooled() const { return pooled_; }
  [[nodiscard]] const std::string& text(const std::string& name) const { return texts_.at(name); }

private:
  postgres_link& link_;
  bool pooled_;
  std::map<std::string, std::string> texts_;
};

/// The first column of each row.
inline std::vector<std::string> first_texts(const pqxx::result& rows) {
  std::vector<std::string> out;
  out.reserve(static_cast<std::size_t>(rows.size()));
  for (const auto& row : rows)
    out.emplace_back(row[0].c_str());
  return out;
}

/// What the bodies of transactions and reads get to work with.
class postgres_work {
public:
  postgres_work(const postgres_statements& statements, pqxx::connection& db)
      : statements_(statements), tx_(db) {}

  pqxx::result exec(const std::string& sql) { return tx_.exec(sql); }

  template <class... Values>
  pqxx::result exec_prepared(const std::string& name, const Values&... values) {
    return statements_.pooled() ? exec_with(tx_, statements_.text(name), values...)
                                : exec_named(tx_, name, values...);
  }

  /// For statements that are rare: prepares nothing.
  template <class... Values>
  pqxx::result exec_once(const std::string& sql, const Values&... values) {
    return exec_with(tx_, sql, values...);
  }

private:
  const postgres_statements& statements_;
  pqxx::nontransaction tx_;
};

} // namespace standings
