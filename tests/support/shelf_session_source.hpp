#pragma once

#include "stores/contracts/session_source.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string>

namespace standings::test {

/// Sessions in a map, for tests without Redis. Pages of a scan are in id order; the cursor is the
/// last id.
class shelf_session_source final : public session_source {
public:
  using shelf = std::map<std::string, std::string>;

  shelf_session_source(std::shared_ptr<shelf> texts, std::size_t max_session_bytes)
      : texts_(std::move(texts)), max_session_bytes_(max_session_bytes) {}

  result<source_page> scan(const std::string& cursor, std::size_t limit) override {
    source_page out;
    for (auto at = texts_->upper_bound(cursor); at != texts_->end() && out.ids.size() < limit; ++at)
      out.ids.push_back(at->first);
    if (!out.ids.empty() && out.ids.back() != texts_->rbegin()->first)
      out.cursor = out.ids.back();
    return out;
  }

  result<std::vector<source_session>> read(std::span<const std::string> ids,
                                           std::size_t max_bytes) override {
    using state = source_session::state;
    std::vector<source_session> out;
    std::size_t bytes = 0;
    for (const auto& id : ids) {
      const auto at = texts_->find(id);
      source_session found{id, state::gone, {}};
      if (at != texts_->end() && at->second.size() > max_session_bytes_)
        found = {id, state::too_large, at->second.substr(0, 100)};
      else if (at != texts_->end())
        found = {id, state::present, at->second};
      bytes += found.text.size();
      if (bytes > max_bytes && !out.empty())
        break;
      out.push_back(std::move(found));
    }
    return out;
  }

  result<server_identity> identity() override { return server_identity{}; }

private:
  std::shared_ptr<shelf> texts_;
  std::size_t max_session_bytes_;
};

} // namespace standings::test
