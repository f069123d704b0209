"""Training of the agents that have to be trained: ``python -m spikeworm_env.baselines linear | ppo``.

One file an agent. They train on tuning seeds alone and need the extra ``rl``, which is imported when they
run.
"""
