#include "http/server/open_stream.hpp"

#include <array>
#include <charconv>

namespace standings {

bool open_stream::append_next(std::string& to) {
  const auto events = from_->next();
  if (!events)
    return false;
  append(to, *events);
  return true;
}

void open_stream::append_keep_alive(std::string& to) {
  append(to, ": keep-alive\n\n");
}

void open_stream::append_end(std::string& to) const {
  if (chunked_)
    to.append("0\r\n\r\n");
}

/// An empty chunk would be the last one.
void open_stream::append(std::string& to, std::string_view text) const {
  if (!chunked_) {
    to.append(text);
    return;
  }
  if (text.empty())
    return;
  std::array<char, 16> size{};
  auto* const end = std::to_chars(size.data(), size.data() + size.size(), text.size(), 16).ptr;
  to.append(size.data(), end).append("\r\n").append(text).append("\r\n");
}

} // namespace standings
