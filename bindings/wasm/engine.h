#pragma once
// The engine as a browser has it: command lines in, documents out, and the latencies of a run as numbers. One
// thread, one command at a time. What a call leaves stays where it is until the next call.
//
//   ridgeline_command("[\"predict\", \"llama-3-8b\", \"h100\", \"--json\"]", 0)  ->  0
//   ridgeline_output() ... ridgeline_output_size() bytes of JSON
//
// Files of the virtual file system: the catalog in /data, and whatever a command line names.

#include <cstddef>

extern "C" {
/// Runs a command line, given as a JSON array of words without the program's name; the exit code of
/// docs/scripting.md. What went wrong goes to stderr, as in the terminal.
/// A run's document leaves its queries out unless `whole` is 1: it is then the terminal's, which the commands
/// read.
int ridgeline_command(const char* words, int whole);
/// The models and devices are read again by the next command: files of theirs have come. The calibrations are
/// kept.
void ridgeline_forget();
/// What it printed. UTF-8, not terminated.
const char* ridgeline_output();
std::size_t ridgeline_output_size();

/// Of the run that the command made: what its percentiles are over (queries; Offline: samples), in the order
/// in which they were issued. 0 when it made none, or one that keeps histograms.
std::size_t ridgeline_latencies();
/// Seconds, as many as that. When each was due since the start of the run, and from there to its completion.
const double* ridgeline_scheduled();
const double* ridgeline_latency();
}
