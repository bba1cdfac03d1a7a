"""The questions as a text document: written for filling in without a connection, and read back.

Each question is a table of its own. Its first cell holds the question and, in brackets, the name of the field, by which
the answer is found again; the cells below it are for the answer. Choices are lines that begin with brackets to put an x
into. So the document survives any word processor, and nothing in it needs a form control.
"""
