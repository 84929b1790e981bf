#include "http/api/unchanging.hpp"

#include "http/server/field_list.hpp"

namespace standings {

namespace {

bool has_copy(const header_fields& headers, const std::string& tag) {
  return any_element(headers.value("If-None-Match"), [&](const std::string& known) {
    return known == "*" || known == tag || known == "W/" + tag;
  });
}

} // namespace

std::string entity_tag(std::string_view sha256) {
  return "\"" + std::string{sha256.substr(0, 32)} + "\"";
}

void set_unchanging(answer& to, std::string_view content, const std::string& tag,
                    const header_fields& headers) {
  to.headers.emplace_back("ETag", tag);
  to.headers.emplace_back("Cache-Control", "no-cache");
  if (has_copy(headers, tag))
    to.status = 304;
  else
    to.body = content;
}

} // namespace standings
