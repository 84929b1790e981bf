#pragma once

#include "tests/support/recorded_data.hpp"

#include <boost/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

/// Sessions as another application writes them.
namespace standings::test {

/// A session with `count` messages of two senders, a second apart.
inline std::string session_text(const std::string& id, int count,
                                const std::string& group = "dev") {
  boost::json::array messages;
  for (int i = 0; i < count; ++i) {
    const auto minute = std::to_string(100 + i / 60).substr(1);
    const auto second = std::to_string(100 + i % 60).substr(1);
    messages.push_back({{"sender_id", i % 2 ? "ann" : "bob"},
                        {"content", "message " + std::to_string(i) + " of " + id},
                        {"timestamp", "2026-03-01T12:" + minute + ":" + second + "Z"}});
  }
  return boost::json::serialize(boost::json::object{{"session_id", id},
                                                    {"group", group},
                                                    {"created_at", "2026-03-01T12:00:00Z"},
                                                    {"messages", std::move(messages)}});
}

/// The recorded sessions, or an extract of them: texts by id.
inline std::map<std::string, std::string> recorded_sessions() {
  std::map<std::string, std::string> out;
  std::ifstream in{recorded_data("sessions.jsonl")};
  for (std::string line; std::getline(in, line);)
    if (!line.empty())
      out.emplace(boost::json::parse(line).at("session_id").as_string().c_str(), line);
  return out;
}

} // namespace standings::test
