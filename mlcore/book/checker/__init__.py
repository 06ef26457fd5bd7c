"""The machine that judges an answer and names its mistake, whatever the exercise.

`exercise` is what a chapter declares, `running` calls a reader's function whatever it may do,
`answers` compares and shows what it returns, `diagnosis` finds the mistake (with `general`, the
mistakes of every exercise, and `complaints`, what Python's errors mean), `judge` pronounces the
`verdict`, `sources` makes stubs and solutions, and `teachers` writes the mistakes down for the
teacher.
"""
