"""The assistant itself: content, understanding, speech and conversation. It knows nothing of Telegram.

Whichever process it is, this is imported first: what libraries look up when they load is decided here.
"""

import os

# Before numpy is imported anywhere. A question's products are too small to share out, and threads that wait
# for one took a fifth of all processor time while many people ask.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# What would tell its maker about this machine does not, whatever the environment says: ONNX Runtime, which
# also leaves an identifier in the home folder, and the client that fetches a model when one is named.
os.environ |= {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
