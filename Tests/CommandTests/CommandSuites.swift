import Testing

/// All tests of the command, one process at a time: each may use every core.
@Suite(.serialized) enum CommandSuites {}
