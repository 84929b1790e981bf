// What the leak sanitizer finds in libraries, not in us. Looked up by name by the
// sanitizer's run-time library; nobody else calls it.
extern "C" const char* __lsan_default_suppressions(); // NOLINT: its name is given

extern "C" const char* __lsan_default_suppressions() { // NOLINT: likewise
  // libpqxx 6.4 loses the result of a statement whose connection was ended
  return "leak:libpqxx\n";
}
