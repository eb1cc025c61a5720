// How fields are read and written, by what their types say (model/ops/fields.h). An operation that is made of these
// types needs no code here, nor does a type that is written as a number or as names.
#pragma once

#include <string>
#include <string_view>

#include "model/ops/fields.h"
#include "model/trace/cursor.h"

namespace model {

// Reads at the cursor; complains through it.
std::uint64_t read_value(Cursor& c, const FieldText& text);
template <class Field> void read_field(Cursor& c, Field& f) { f.v = read_value(c, Field::text); }
void read_field(Cursor& c, Fd& f);
void read_field(Cursor& c, Byte& f);
void read_field(Cursor& c, PidArg& f);
void read_field(Cursor& c, PrctlOption& f);
void read_field(Cursor& c, Knob& f);
void read_field(Cursor& c, FlightArg& f);

// Appends.
void write_value(std::string& out, std::uint64_t v, const FieldText& text);
template <class Field> void write_field(std::string& out, const Field& f) { write_value(out, f.v, Field::text); }
void write_field(std::string& out, const Fd& f);
void write_field(std::string& out, const Byte& f);
void write_field(std::string& out, const PidArg& f);
void write_field(std::string& out, const PrctlOption& f);
void write_field(std::string& out, const Knob& f);
void write_field(std::string& out, const FlightArg& f);

// "0x2000"; "0" for 0, as the formats of the kernel's %#lx do it.
void write_hex(std::string& out, std::uint64_t v);
void write_decimal(std::string& out, std::uint64_t v);

} // namespace model
