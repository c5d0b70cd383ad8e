"""The assistant itself: content, understanding, speech and conversation. It knows nothing of Telegram."""

import os

# Before numpy is imported anywhere. A question's products are too small to share out, and threads that wait
# for one took a fifth of all processor time while many people ask.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
