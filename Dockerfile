# syntax=docker/dockerfile:1
# Two stages: the first has what building needs, the second only what running needs.
# The speech and language models are ordinary Python packages, so they are part of the image
# and nothing is downloaded when the container starts.

FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/assistant
# With the driver of PostgreSQL: the same image is one machine's and many machines'.
COPY requirements-scale.txt requirements-dev.txt ./
RUN /opt/assistant/bin/pip install --require-hashes -r requirements-scale.txt
# The project's own wheel is built with the locked build tools, apart from what will run.
RUN python -m venv /opt/build && /opt/build/bin/pip install --require-hashes -r requirements-dev.txt
COPY pyproject.toml README.md LICENSE ./
COPY assistant assistant
COPY handlers handlers
COPY content content
RUN /opt/build/bin/python -m build --wheel --no-isolation --outdir /dist \
    && /opt/assistant/bin/pip install --no-deps --no-index /dist/*.whl

FROM python:3.13-slim-bookworm
RUN groupadd --system --gid 10001 assistant \
    && useradd --system --uid 10001 --gid assistant --home-dir /data --shell /usr/sbin/nologin assistant \
    && install -d -o assistant -g assistant /data /data/backups
COPY --from=build /opt/assistant /opt/assistant
ENV PATH=/opt/assistant/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ASSISTANT_DATA_DIR=/data \
    DATABASE_URL=sqlite+aiosqlite:////data/assistant.db \
    ASSISTANT_LOG_FORMAT=json
USER assistant
WORKDIR /data
VOLUME /data
# Docker sends SIGTERM; the bot then finishes what it is doing and leaves the rest stored.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["assistant", "health"]
ENTRYPOINT ["assistant"]
CMD ["run"]
