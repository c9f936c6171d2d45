"""What the parts of Trạm say to each other: documents, events, batches, topics, signatures.

Pure: bytes and values in, bytes and values out. Test for entry: would both sides break if this changed?
"""
